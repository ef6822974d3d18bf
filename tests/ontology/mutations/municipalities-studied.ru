PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
PREFIX study: <https://w3id.org/samgraf/id/study/>
DELETE DATA { study:smakommuner-2017 sg:studiesMunicipality municipality:berg }
