PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
INSERT DATA { claim:S11 sg:inTensionWith claim:S07 }
