# Phase 2 of the normalisation: what is attached to a data set or a slice is pushed down to the
# observations. What is attached to a measure stays there, as the algorithm has it.
# https://www.w3.org/TR/vocab-data-cube/#normalize-algorithm
PREFIX qb: <http://purl.org/linked-data/cube#>

INSERT { ?observation ?property ?value } WHERE {
  ?specification qb:componentProperty ?property ; qb:componentAttachment qb:DataSet .
  ?dataset qb:structure/qb:component ?specification ; ?property ?value .
  ?observation qb:dataSet ?dataset
} ;
INSERT { ?slice ?property ?value } WHERE {
  ?specification qb:componentProperty ?property ; qb:componentAttachment qb:DataSet .
  ?dataset qb:structure/qb:component ?specification ; ?property ?value ; qb:slice ?slice
} ;
INSERT { ?observation ?dimension ?value } WHERE {
  ?structure qb:component/qb:componentProperty ?dimension .
  ?dimension a qb:DimensionProperty .
  ?dataset qb:structure ?structure ; qb:slice ?slice .
  ?slice ?dimension ?value ; qb:observation ?observation
} ;
INSERT { ?observation ?property ?value } WHERE {
  ?specification qb:componentProperty ?property ; qb:componentAttachment qb:Slice .
  ?dataset qb:structure/qb:component ?specification ; qb:slice ?slice .
  ?slice ?property ?value ; qb:observation ?observation
}
