# Read an RDF graph as OWL 2: what each term is, which blank node belongs to which axiom, and what
# stands in which role. The rules (*.rq) ask what is inserted here; `owl2.ttl` has the tables.
# https://www.w3.org/TR/owl2-mapping-to-rdf/#Mapping_from_RDF_Graphs_to_the_Structural_Specification
#
#   ?term :is ?kind                                     a kind of term, :Reserved, :Asserting, :Blank
#   ?node :in ?axiom                                    a blank node, and the axiom it is part of
#   [] :holds ?node ; :as ?role ; :in ?axiom            what stands in an axiom, and as what
#   [] :list ?list ; :of ?predicate ; :in ?axiom        a list that must be well formed
#   ?annotation :annotates ?statement                   a statement of the graph
#   ?expression :constructor ?predicate                 a well-formed class expression
#   ?inverse :inverseExpression ?property
#   ?lower :implies ?upper . ?first :precedes ?second   object properties, inverses left out

# --- terms ----------------------------------------------------------------------------------------
INSERT { ?term :is :Reserved }
WHERE {
  {
    SELECT DISTINCT ?term {
      { ?term ?p ?o } UNION { ?s ?term ?o } UNION { ?s ?p ?term }
      UNION { ?s ?p ?o FILTER(ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?term) }
    }
  }
  FILTER(ISIRI(?term))
  FILTER(REGEX(STR(?term), "^http://www[.]w3[.]org/(1999/02/22-rdf-syntax-ns|2000/01/rdf-schema|2001/XMLSchema|2002/07/owl)#."))
} ;
INSERT { ?term :is :BuiltIn }
WHERE { ?term :is ?kind FILTER(?kind IN (:Class, :Datatype, :Object, :Data, :Annotation)) } ;
INSERT { ?term :is ?kind }
WHERE { ?type :declares ?kind . ?term a ?type FILTER(ISIRI(?term)) } ;
INSERT { ?p :is :Asserting }
WHERE {
  { SELECT DISTINCT ?p { ?s ?p ?o } }
  FILTER(?p != rdf:type && !STRSTARTS(STR(?p), STR(:)))
  FILTER NOT EXISTS { ?p :is ?known FILTER(?known IN (:Axiom, :Inner, :Known)) }
} ;
INSERT { ?blank :is :Blank }
WHERE {
  { SELECT DISTINCT ?blank { { ?blank ?p ?o } UNION { ?s ?p ?blank } FILTER(ISBLANK(?blank)) } }
} ;

# --- which axiom a blank node is part of --------------------------------------------------------
INSERT { ?root :in ?axiom }
WHERE { ?p :is :Axiom . ?root ?p ?o FILTER(ISBLANK(?root)) BIND(TRIPLE(?root, ?p, ?o) AS ?axiom) } ;
INSERT { ?root :in ?axiom }
WHERE { ?p :is :Axiom . ?s ?p ?root FILTER(ISBLANK(?root)) BIND(TRIPLE(?s, ?p, ?root) AS ?axiom) } ;
INSERT { ?root :in ?axiom }
WHERE { ?root :is :Blank . ?s a ?root BIND(TRIPLE(?s, rdf:type, ?root) AS ?axiom) } ;
INSERT { ?root :in ?axiom }
WHERE {
  ?type :is :Axiomatic . ?root a ?type FILTER(ISBLANK(?root))
  BIND(TRIPLE(?root, rdf:type, ?type) AS ?axiom)
} ;
# a part that is written on a term is told with that term
INSERT { ?root :in ?axiom }
WHERE {
  ?p :is :Inner . ?s ?p ?root FILTER(ISIRI(?s) && ISBLANK(?root))
  BIND(TRIPLE(?s, ?p, ?root) AS ?axiom)
} ;
INSERT { ?node :in ?axiom }
WHERE {
  ?root :in ?axiom .
  ?root (owl:intersectionOf|owl:unionOf|owl:oneOf|owl:complementOf|owl:someValuesFrom
    |owl:allValuesFrom|owl:hasValue|owl:onProperty|owl:onProperties|owl:onClass|owl:onDataRange
    |owl:members|owl:distinctMembers|owl:withRestrictions|owl:onDatatype|owl:datatypeComplementOf
    |owl:disjointUnionOf|owl:inverseOf|owl:assertionProperty|rdf:first|rdf:rest
    |owl:minCardinality|owl:maxCardinality|owl:cardinality|owl:minQualifiedCardinality
    |owl:maxQualifiedCardinality|owl:qualifiedCardinality|owl:hasSelf)+ ?node
  FILTER(ISBLANK(?node))
} ;

# --- statements that are annotated ------------------------------------------------------------------
INSERT { ?subject :annotates ?statement }
WHERE {
  # first what each says that it annotates, then whether the graph says so, too: in one pattern,
  # stores may read the whole graph for each annotation
  {
    SELECT ?subject ?s ?p ?o {
      ?type :is :Annotating .
      ?subject a ?type ; owl:annotatedSource ?s ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o
    }
  }
  FILTER EXISTS { ?s ?p ?o }
  BIND(TRIPLE(?s, ?p, ?o) AS ?statement)
} ;

# --- well-formed expressions ----------------------------------------------------------------------
INSERT { ?e :parts ?n }
WHERE {
  {
    SELECT ?e (COUNT(*) AS ?n) {
      ?e :is :Blank ; ?p ?o
      FILTER(?p != rdf:type && !STRSTARTS(STR(?p), STR(:)))
      FILTER NOT EXISTS { ?p :is :Axiom }
    } GROUP BY ?e
  }
} ;
INSERT { ?e :constructor ?c }
WHERE {
  { ?c :is :Connective . ?e ?c ?value ; :parts 1 ; a owl:Class }
  UNION {
    ?c :is :Restriction . ?e ?c ?value ; :parts 2 ; a owl:Restriction ; owl:onProperty ?property
    FILTER NOT EXISTS { ?c :is :Qualified }
  } UNION {
    ?c :is :Qualified . ?e ?c ?value ; :parts 3 ; a owl:Restriction ; owl:onProperty ?property ;
      owl:onClass|owl:onDataRange ?filler
  }
  # OWL 1 wrote further types on expressions; OWL 2 reads past them
  FILTER NOT EXISTS { ?e a ?other FILTER(?other NOT IN (owl:Class, rdfs:Class, owl:Restriction)) }
} ;
INSERT { ?e :inverseExpression ?property }
WHERE { ?e :is :Blank ; :parts 1 ; owl:inverseOf ?property FILTER(ISIRI(?property)) } ;
INSERT { ?e :isDataRange true }
WHERE {
  ?e :is :Blank ; :parts 1 ; a rdfs:Datatype ; owl:intersectionOf ?list
  FILTER NOT EXISTS { ?e a ?other FILTER(?other != rdfs:Datatype) }
} ;
# whether a restriction is on values or on things; where nobody knows, the filler tells
INSERT { ?e :over ?kind }
WHERE { ?e :constructor ?c ; owl:onProperty/:inverseExpression? ?p . ?p :is ?kind
  FILTER(?kind IN (:Object, :Data)) } ;
INSERT { ?e :over :Data }
WHERE {
  ?e :constructor ?c ; owl:someValuesFrom|owl:allValuesFrom|owl:onClass|owl:onDataRange ?filler .
  { ?filler :is :Datatype } UNION { ?filler a rdfs:Datatype }
  FILTER NOT EXISTS { ?e :over ?kind }
} ;

INSERT { [] :list ?list ; :of ?p ; :in ?axiom }
WHERE {
  ?p :least ?least . ?s ?p ?list
  OPTIONAL { ?s :in ?around FILTER NOT EXISTS { ?p :is :Axiom } }
  FILTER(BOUND(?around) || EXISTS { ?p :is :Axiom })
  BIND(COALESCE(?around, TRIPLE(?s, ?p, ?list)) AS ?axiom)
} ;

# --- roles ----------------------------------------------------------------------------------------
INSERT { [] :holds ?s ; :as ?role ; :in ?axiom }
WHERE {
  ?p :ofSubject ?role . ?s ?p ?o
  FILTER(?p != owl:inverseOf || ISIRI(?s))
  BIND(TRIPLE(?s, ?p, ?o) AS ?axiom)
} ;
INSERT { [] :holds ?o ; :as ?role ; :in ?axiom }
WHERE {
  ?p :ofObject ?role . ?s ?p ?o
  FILTER(?p != owl:onProperty || NOT EXISTS { ?s owl:hasSelf ?self })
  OPTIONAL { ?s :in ?around FILTER(ISBLANK(?s)) FILTER NOT EXISTS { ?p :is :Axiom } }
  FILTER(BOUND(?around) || ISIRI(?s) || EXISTS { ?p :is :Axiom })
  FILTER(ISIRI(?s) = false || NOT EXISTS { ?p :is :Inner })
  BIND(COALESCE(?around, TRIPLE(?s, ?p, ?o)) AS ?axiom)
} ;
INSERT { [] :holds ?member ; :as ?role ; :in ?axiom }
WHERE {
  ?use :list ?list ; :of ?p ; :in ?axiom . ?p :ofMembers ?role . ?list rdf:rest*/rdf:first ?member
  FILTER NOT EXISTS { ?e ?p ?list ; a rdfs:Datatype }
} ;
INSERT { [] :holds ?member ; :as :DataRange ; :in ?axiom }
WHERE { ?e :isDataRange true ; :in ?axiom ; owl:intersectionOf/rdf:rest*/rdf:first ?member } ;
INSERT { [] :holds ?member ; :as ?role ; :in ?axiom }
WHERE {
  ?type :membersAs ?role . ?s a ?type ; :in ?axiom .
  ?s (owl:members|owl:distinctMembers)/rdf:rest*/rdf:first ?member
} ;
INSERT { [] :holds ?s ; :as ?role ; :in ?axiom }
WHERE { ?type :ofTyped ?role . ?s a ?type . BIND(TRIPLE(?s, rdf:type, ?type) AS ?axiom) } ;
INSERT { [] :holds ?s ; :as :AnyClass ; :in ?axiom }
WHERE {
  ?s a rdfs:Class FILTER(ISIRI(?s)) BIND(TRIPLE(?s, rdf:type, rdfs:Class) AS ?axiom)
  FILTER NOT EXISTS { ?s :is :Datatype }
} ;
# datatypes of literals: of each, one thing tells enough
INSERT { [] :holds ?datatype ; :as :DataRange ; :in ?axiom }
WHERE {
  {
    SELECT ?datatype (MIN(?s) AS ?first) {
      ?s ?p ?o FILTER(ISLITERAL(?o) && LANG(?o) = "" && !STRSTARTS(STR(?p), STR(:)))
      BIND(DATATYPE(?o) AS ?datatype)
    } GROUP BY ?datatype
  }
  ?first ?p ?o FILTER(ISLITERAL(?o) && LANG(?o) = "" && DATATYPE(?o) = ?datatype)
  BIND(TRIPLE(?first, ?p, ?o) AS ?axiom)
} ;
# class assertions: of each class, one tells enough
INSERT { [] :holds ?class ; :as :Super ; :in ?axiom }
WHERE {
  {
    SELECT ?class (MIN(?s) AS ?first) {
      ?s a ?class
      FILTER NOT EXISTS { ?class :declares ?kind }
      FILTER NOT EXISTS { ?class :is ?special FILTER(?special IN (:Axiomatic, :Silent)) }
      FILTER(ISIRI(?s) || NOT EXISTS { ?class :is :InnerType })
    } GROUP BY ?class
  }
  BIND(TRIPLE(?first, rdf:type, ?class) AS ?axiom)
} ;
# of a datatype, its definition; of a class, two expressions
INSERT { [] :holds ?right ; :as ?role ; :in ?axiom }
WHERE {
  ?left owl:equivalentClass ?right BIND(TRIPLE(?left, owl:equivalentClass, ?right) AS ?axiom)
  BIND(IF(EXISTS { ?left :is :Datatype FILTER NOT EXISTS { ?left :is :Class } },
    :DataRange, :Equivalent) AS ?role)
} ;
INSERT { [] :holds ?left ; :as :Equivalent ; :in ?axiom }
WHERE {
  ?left owl:equivalentClass ?right BIND(TRIPLE(?left, owl:equivalentClass, ?right) AS ?axiom)
  FILTER NOT EXISTS { ?left :is :Datatype FILTER NOT EXISTS { ?left :is :Class } }
} ;
INSERT { [] :holds ?target ; :as ?role ; :in ?axiom }
WHERE {
  VALUES ?p { rdfs:domain rdfs:range }
  ?s ?p ?target BIND(TRIPLE(?s, ?p, ?target) AS ?axiom)
  OPTIONAL { ?s :inverseExpression ?inverted }
  BIND(COALESCE(?inverted, ?s) AS ?property)
  BIND(EXISTS { ?property :is :Object } AS ?isObject)
  BIND(EXISTS { ?property :is :Data } AS ?isData)
  FILTER(?isObject || ?isData || (ISBLANK(?target) && NOT EXISTS { ?property :is :Annotation }))
  BIND(IF(?isData && !?isObject && ?p = rdfs:range, :DataRange,
    IF(?isObject || ?isData, :Super, :AnyClass)) AS ?role)
} ;
INSERT { [] :holds ?property ; :as :AnObject ; :in ?axiom }
WHERE { ?e owl:hasSelf ?self ; owl:onProperty ?property ; :in ?axiom } ;
# individuals that are classes or reserved terms; all others are right as they are
INSERT { ?term :is :Suspect } WHERE { ?term :is ?kind FILTER(?kind IN (:Class, :Reserved)) } ;
INSERT { [] :holds ?term ; :as :Individual ; :in ?axiom }
WHERE {
  ?term :is :Suspect ; ?p ?o . ?p :is ?kind FILTER(?kind IN (:Object, :Data))
  BIND(TRIPLE(?term, ?p, ?o) AS ?axiom)
} ;
INSERT { [] :holds ?term ; :as :Individual ; :in ?axiom }
WHERE { ?p :is :Object . ?s ?p ?term . ?term :is :Suspect BIND(TRIPLE(?s, ?p, ?term) AS ?axiom) } ;
INSERT { [] :holds ?term ; :as :Individual ; :in ?axiom }
WHERE {
  ?term :is :Suspect ; a ?class BIND(TRIPLE(?term, rdf:type, ?class) AS ?axiom)
  FILTER NOT EXISTS { ?class :declares ?kind }
  FILTER NOT EXISTS { ?class :is ?special FILTER(?special IN (:Axiomatic, :Silent)) }
} ;
# properties of assertions: of each, one thing tells enough
INSERT { [] :holds ?p ; :as :AnyProperty ; :in ?axiom }
WHERE {
  { SELECT ?p (MIN(?s) AS ?first) { ?p :is :Asserting . ?s ?p ?o } GROUP BY ?p }
  ?first ?p ?o BIND(TRIPLE(?first, ?p, ?o) AS ?axiom)
} ;
INSERT { [] :holds ?p ; :as :AnAnnotation ; :in ?axiom }
WHERE {
  ?type :is ?annotated . ?s a ?type ; ?p ?o FILTER(?annotated IN (:Node, :Annotating))
  ?p :is :Asserting BIND(TRIPLE(?s, ?p, ?o) AS ?axiom)
} ;
INSERT { [] :holds ?value ; :as :Individual ; :in ?axiom }
WHERE { ?e owl:hasValue ?value ; :in ?axiom FILTER(ISIRI(?value)) } ;
INSERT { [] :holds ?filler ; :as ?role ; :in ?axiom }
WHERE {
  VALUES ?c { owl:someValuesFrom owl:allValuesFrom }
  ?e :constructor ?c ; ?c ?filler ; :in ?axiom
  BIND(IF(EXISTS { ?e :over :Data }, :DataRange, :AnyClass) AS ?role)
} ;

# --- positions: what stands within an expression, by what stands around it --------------------------
INSERT { [] :holds ?part ; :as :Super ; :in ?axiom }
WHERE {
  ?slot :holds ?e ; :as :Super ; :in ?axiom . ?e :constructor ?any .
  ?e (owl:intersectionOf/rdf:rest*/rdf:first|owl:allValuesFrom)+ ?part
  FILTER(EXISTS { ?part :constructor ?c } || ?part = owl:Thing)
} ;
INSERT { [] :holds ?part ; :as :Sub ; :in ?axiom }
WHERE {
  ?slot :holds ?e ; :as :Super ; :in ?axiom
  { ?e :constructor owl:complementOf ; owl:complementOf ?part }
  UNION { ?e :constructor owl:maxQualifiedCardinality ; owl:onClass ?part FILTER(ISBLANK(?part)) }
} ;
INSERT { [] :holds ?part ; :as :Sub ; :in ?axiom }
WHERE {
  ?slot :holds ?e ; :as :Sub ; :in ?axiom . ?e :constructor ?any .
  ?e ((owl:intersectionOf|owl:unionOf)/rdf:rest*/rdf:first|owl:someValuesFrom)+ ?part
  FILTER(EXISTS { ?part :constructor ?c }
    || (?part = owl:Thing && EXISTS { ?e (owl:intersectionOf|owl:unionOf)/rdf:rest*/rdf:first ?part }))
} ;
INSERT { [] :holds ?part ; :as :Equivalent ; :in ?axiom }
WHERE {
  ?slot :holds ?e ; :as :Equivalent ; :in ?axiom . ?e :constructor ?any .
  ?e (owl:intersectionOf/rdf:rest*/rdf:first)+ ?part
  FILTER(EXISTS { ?part :constructor ?c } || ?part = owl:Thing)
} ;

# --- the order of object properties ---------------------------------------------------------------
INSERT { ?lower :implies ?upper }
WHERE {
  { ?a rdfs:subPropertyOf|owl:equivalentProperty|owl:inverseOf ?b
    FILTER(ISIRI(?a) || NOT EXISTS { ?a owl:inverseOf ?b }) }
  UNION { ?b owl:equivalentProperty|owl:inverseOf ?a FILTER(ISIRI(?b) || NOT EXISTS { ?b owl:inverseOf ?a }) }
  ?a :inverseExpression? ?lower . ?b :inverseExpression? ?upper .
  ?lower :is :Object . ?upper :is :Object
} ;
INSERT { ?property :is :Composite }
WHERE {
  { ?p a owl:TransitiveProperty } UNION { ?p owl:propertyChainAxiom ?chain }
  ?p :inverseExpression? ?property . ?property :is :Object
} ;
INSERT { ?property :precedes ?head }
WHERE {
  ?result owl:propertyChainAxiom ?chain . ?result :inverseExpression? ?head . ?head :is :Object
  FILTER(?head != owl:topObjectProperty)
  # transitivity by a chain
  FILTER NOT EXISTS { ?chain rdf:first ?result ; rdf:rest [ rdf:first ?result ; rdf:rest rdf:nil ] }
  ?chain rdf:rest* ?cell . ?cell rdf:first ?link .
  # the result may come back as the first of the chain, or else as the last
  FILTER(!sameTerm(?link, ?result) || !(sameTerm(?cell, ?chain) ||
    (EXISTS { ?cell rdf:rest rdf:nil } && NOT EXISTS { ?chain rdf:first ?result })))
  ?link :inverseExpression? ?property . ?property :is :Object
}
