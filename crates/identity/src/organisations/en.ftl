organisations-clients = Clients
organisations-add = Add a client
organisations-edit = Change the company's details
organisations-name = Company
organisations-state = State
organisations-industry = Industry
organisations-staff = People
organisations-prefecture = Prefecture
organisations-phone = Telephone
organisations-advisor = Advisor
organisations-advisor-none = Not decided yet
organisations-since = Client since
organisations-total = { $n ->
    [one] One company
   *[other] { $n } companies
}
organisations-signs = { $n ->
    [one] one sign, { $points } points
   *[other] { $n } signs, { $points } points
}
organisations-nobody = No client matches
organisations-nobody-text = Please change the conditions and try again.
organisations-search = Find by name
organisations-find = Find
organisations-save = Save
organisations-back = Back
organisations-any-industry = Every industry
organisations-any-size = Every size
organisations-any-state = Every state
organisations-size-5 = Up to 5 people
organisations-size-10 = 6 to 10
organisations-size-20 = 11 to 20
organisations-size-50 = 21 to 50
organisations-size-100 = 51 to 100
organisations-size-more = 101 and more
organisations-state-danger = Act now
organisations-state-warning = Act this week
organisations-state-attention = Act this month
organisations-state-info = Good to know
organisations-state-none = No signs

# Divisions of the Japan Standard Industrial Classification
organisations-industry-agriculture = Agriculture and forestry
organisations-industry-fisheries = Fisheries
organisations-industry-mining = Mining and quarrying
organisations-industry-construction = Construction
organisations-industry-manufacturing = Manufacturing
organisations-industry-utilities = Electricity, gas, heat and water
organisations-industry-information = Information and communications
organisations-industry-transport = Transport and postal services
organisations-industry-retail = Wholesale and retail trade
organisations-industry-finance = Finance and insurance
organisations-industry-real-estate = Real estate and leasing
organisations-industry-professional = Research and professional services
organisations-industry-hospitality = Accommodation and food services
organisations-industry-personal-services = Personal services and amusement
organisations-industry-education = Education
organisations-industry-medical = Medical care and welfare
organisations-industry-compound-services = Compound services
organisations-industry-other-services = Other services
organisations-industry-public = Government
organisations-industry-other = Not classified

# Groups and suppliers
organisations-relations = Group and suppliers
organisations-now = As it is
organisations-head = Head of the group
organisations-members = Companies of the group
organisations-suppliers = Suppliers
organisations-customers = Customers
organisations-no-relation = None
organisations-relate = Add a relation
organisations-join-group = Make it the head
organisations-leave-group = Leave the group
organisations-add-supplier = Add as supplier
organisations-drop-supplier = Remove

# Audit
act-organisation-found = Registered the provider { $name }
act-organisation-add = Added the client { $name }
act-organisation-change = Changed the details of { $name }
act-organisation-join-group = Put { $name } into the group of { $other }
act-organisation-leave-group = Took { $name } out of the group of { $other }
act-organisation-add-supplier = Added { $other } to the suppliers of { $name }
act-organisation-drop-supplier = Removed { $other } from the suppliers of { $name }
