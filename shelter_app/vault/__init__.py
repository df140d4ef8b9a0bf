"""Who may open what: the vault folder, key slots, compartments, recovery sheets, rights and the lock.

Importing this package, `folder`, `errors`, `rights`, `slots`, `header` or `lock` loads no cryptography, so
that the sign-in screen can list the users of a vault at once.
"""
