PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX change-event: <https://w3id.org/samgraf/id/change-event/>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
DELETE DATA { change-event:senja-2020 sg:originalUnit municipality:berg }
