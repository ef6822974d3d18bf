PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX activity: <https://w3id.org/samgraf/id/activity/>
PREFIX benefit: <https://w3id.org/samgraf/id/benefit/>
DELETE DATA { activity:regional-collaboration sg:mayLeadToEventually benefit:larger-development-measures }
