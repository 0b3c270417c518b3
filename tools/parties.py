"""Domains of fields that take a client, a legal entity, a firm or a person.

They are text, so that the client evaluates them and the ORM searches nothing when a record is created.
"""

FIRMS = "[('is_company', '=', True)]"
PEOPLE = "[('is_company', '=', False)]"
# A firm or an independent person; no contact person or address of a company.
CLIENTS = "[('counterparty_role', '!=', 'entity'), '|', ('is_company', '=', True), ('parent_id', '=', False)]"
LEGAL_ENTITIES = "[('counterparty_role', '!=', 'partner'), '|', ('is_company', '=', True), ('parent_id', '=', False)]"
PEOPLE_OUTSIDE = "[('is_company', '=', False), ('partner_share', '=', True)]"
