PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
PREFIX direction: <https://w3id.org/samgraf/id/direction/>
DELETE DATA { claim:S07 sg:direction direction:promotes }
