PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX role: <https://w3id.org/samgraf/id/role/>
PREFIX study: <https://w3id.org/samgraf/id/study/>
DELETE DATA { study:smakommuner-2017 sg:informantRole role:business-officer }
