# What each graph says of itself, as facts. The head of a graph is the thing in it whose description
# is the graph's: the graph itself, else the one ontology or concept scheme that it titles.
INSERT { GRAPH :facts { ?graph :head ?graph } }
WHERE {
  GRAPH :facts { ?graph :describedIn ?where }
  FILTER EXISTS { GRAPH ?where { ?graph ?p ?o } }
} ;
INSERT { GRAPH :facts { ?graph :head ?head } }
WHERE {
  {
    SELECT ?graph (COUNT(DISTINCT ?thing) AS ?heads) (MIN(?thing) AS ?head) {
      GRAPH :facts { ?graph :dataset ?dataset }
      FILTER NOT EXISTS { GRAPH :facts { ?graph :head ?graph } }
      GRAPH ?graph { ?thing a ?type ; dct:title ?title }
      FILTER(?type IN (owl:Ontology, skos:ConceptScheme) && ISIRI(?thing))
    } GROUP BY ?graph
  }
  FILTER(?heads = 1)
} ;
INSERT { GRAPH :facts { ?graph ?predicate ?value } }
WHERE {
  VALUES ?predicate { dct:title dct:description }
  GRAPH :facts { ?graph :head ?head ; :describedIn ?where }
  GRAPH ?where { ?head ?predicate ?value FILTER(ISLITERAL(?value)) }
} ;
INSERT { GRAPH :facts { ?graph prov:wasDerivedFrom ?source } }
WHERE {
  GRAPH :facts { ?graph :head ?head ; :describedIn ?where }
  GRAPH ?where { ?head dct:source|prov:wasDerivedFrom ?source FILTER(ISIRI(?source)) }
} ;
INSERT { GRAPH :facts { ?graph dct:license ?licence } }
WHERE {
  {
    SELECT ?graph (MIN(?said) AS ?first) {
      GRAPH :facts { ?graph :head ?head ; :describedIn ?where }
      GRAPH ?where { ?head dct:license ?said }
    } GROUP BY ?graph
  }
  BIND(:authorityName(?first) AS ?licence)
} ;
INSERT { GRAPH :facts { ?graph :date ?date } }
WHERE {
  GRAPH :facts { ?graph :head ?head ; :describedIn ?where }
  GRAPH ?where { ?head dct:modified ?date }
} ;
INSERT { GRAPH :facts { ?graph :date ?date } }
WHERE {
  GRAPH :facts { ?graph :head ?head ; :describedIn ?where }
  FILTER NOT EXISTS { GRAPH :facts { ?graph :date ?other } }
  GRAPH ?where { ?head dct:issued ?date }
} ;
INSERT { GRAPH :facts { ?graph dct:modified ?first } }
WHERE { { SELECT ?graph (MIN(?date) AS ?first) { GRAPH :facts { ?graph :date ?date } } GROUP BY ?graph } } ;
INSERT { GRAPH :facts { ?graph ?predicate ?value } }
WHERE {
  GRAPH :facts { ?graph :fallback ?words . ?words ?predicate ?value }
  FILTER NOT EXISTS { GRAPH :facts { ?graph ?predicate ?any } }
} ;
INSERT { GRAPH :facts { ?graph ?predicate ?value } }
WHERE {
  VALUES ?predicate { dct:publisher dct:license dct:accessRights dcat:contactPoint dcat:theme }
  GRAPH :facts { :content :whole ?whole ; :graph ?catalogue . ?graph :dataset ?dataset }
  GRAPH ?catalogue { ?whole ?predicate ?value }
  FILTER NOT EXISTS { GRAPH :facts { ?graph ?predicate ?any } }
}
