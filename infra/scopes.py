"""What a client may ask for in the name of whoever uses it; told in tokens as `leads/read`."""

SERVER = "leads"
SCOPES = {
    "read": "See leads, their scores and why",
    "write": "Write down what sales did and found out",
    "admin": "Export all of a lead, and erase it",
}
READ, WRITE, ADMIN = (f"{SERVER}/{scope}" for scope in SCOPES)
