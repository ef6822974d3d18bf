PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
PREFIX modality: <https://w3id.org/samgraf/id/modality/>
DELETE DATA { claim:S26 sg:modality modality:presumed }
