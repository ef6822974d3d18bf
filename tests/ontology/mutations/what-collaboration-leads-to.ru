PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX activity: <https://w3id.org/samgraf/id/activity/>
PREFIX detriment: <https://w3id.org/samgraf/id/detriment/>
DELETE DATA { activity:regional-collaboration sg:leadsToEventually detriment:poorer-results }
