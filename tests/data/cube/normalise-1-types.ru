# Phase 1 of the normalisation: types and the general property that the abbreviations stand for.
# https://www.w3.org/TR/vocab-data-cube/#normalize-algorithm
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { ?observation a qb:Observation } WHERE { [] qb:observation ?observation } ;
INSERT { ?observation a qb:Observation . ?dataset a qb:DataSet }
  WHERE { ?observation qb:dataSet ?dataset } ;
INSERT { ?slice a qb:Slice } WHERE { [] qb:slice ?slice } ;
INSERT { ?specification qb:componentProperty ?property . ?property a qb:DimensionProperty }
  WHERE { ?specification qb:dimension ?property } ;
INSERT { ?specification qb:componentProperty ?property . ?property a qb:MeasureProperty }
  WHERE { ?specification qb:measure ?property } ;
INSERT { ?specification qb:componentProperty ?property . ?property a qb:AttributeProperty }
  WHERE { ?specification qb:attribute ?property }
