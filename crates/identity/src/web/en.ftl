# After many attempts
web-wait-title = Please wait a moment
web-wait-text = There were many attempts in a short time, so new ones are on hold. You can try again at { $time }, in about { $wait }.

# Menu
nav-home = Home
nav-reports = Reports
nav-company = My company
nav-group = Group
nav-programme = Programme
nav-round = Today's round
nav-queue = Queue
nav-clients = Clients
nav-settings = Settings

# Roles
role-owner = Client's contact
role-executive = Group executive
role-advisor = Advisor
role-operator = Operator
role-admin = Administrator
role-programme = Programme office
role-read-only = Read only
