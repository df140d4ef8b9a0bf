"""From coded facts to figures that give nobody away: tables, protection, and the attacks that must fail."""
