PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX note: <https://w3id.org/samgraf/id/note/>
DELETE DATA { note:slip-S12 sg:asPrinted "samabeid" }
