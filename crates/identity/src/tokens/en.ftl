tokens-title = API tokens
tokens-fleet = These tokens reach all clients. Other programs connect with them.
tokens-client = These tokens reach this client only. Other programs connect with them.
tokens-name = Name
tokens-name-hint = Choose a name that says which program uses it.
tokens-access = Access
tokens-access-read = Read
tokens-access-write = Read and change
tokens-access-admin = Everything, with audit and settings
tokens-expires = Ends
tokens-used = Last used
tokens-unused = Not used yet
tokens-do = Action
tokens-revoke = Revoke
tokens-revoked = Revoked
tokens-expired = Expired
tokens-new = New token
tokens-days = How long it holds
tokens-days-n = { $n } days
tokens-make = Make the token
tokens-made = The token is ready
tokens-made-text = This is the token "{ $name }". It is shown on this page only. Please keep it in a safe place now.
tokens-back = Back to the list

# Audit
act-token-create = Made the API token { $name }
act-token-revoke = Revoked an API token
