import java.net.URI;
import java.util.List;
import org.eclipse.rdf4j.model.Model;
import org.eclipse.rdf4j.model.impl.LinkedHashModel;
import org.eclipse.rdf4j.model.util.Values;
import org.eclipse.rdf4j.model.vocabulary.RDF;
import org.eclipse.rdf4j.query.QueryResults;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;
import org.eclipse.rdf4j.repository.util.RDFLoader;
import org.eclipse.rdf4j.rio.ParserConfig;
import org.eclipse.rdf4j.rio.helpers.StatementCollector;
import org.eclipse.rdf4j.model.impl.SimpleValueFactory;

/** What a program with RDF4J asks an endpoint, or reads from an address; a line for each answer. */
public class Rdf4jClient {
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("load")) {
      for (String address : List.of(arguments).subList(1, arguments.length)) {
        Model model = new LinkedHashModel();
        RDFLoader loader = new RDFLoader(new ParserConfig(), SimpleValueFactory.getInstance());
        loader.load(URI.create(address).toURL(), address, null, new StatementCollector(model));
        System.out.println(address + " " + model.size());
      }
      return;
    }
    SPARQLRepository repository = new SPARQLRepository(arguments[1]);
    try (var connection = repository.getConnection()) {
      var kind = Values.iri(arguments[2]);
      System.out.println("size " + connection.size());
      System.out.println("graphs " + QueryResults.asList(connection.getContextIDs()).size());
      System.out.println("has " + connection.hasStatement(null, RDF.TYPE, kind, false));
      var select = connection.prepareTupleQuery("SELECT ?s { ?s a ?kind } ORDER BY ?s");
      select.setBinding("kind", kind);
      select.setMaxExecutionTime(10);
      try (var rows = select.evaluate()) {
        rows.forEach(row -> System.out.println("row " + row.getValue("s")));
      }
      System.out.println("ask " + connection.prepareBooleanQuery("ASK { ?s a <" + kind + "> }").evaluate());
      var construct = connection.prepareGraphQuery("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }");
      System.out.println("construct " + QueryResults.asModel(construct.evaluate()).size());
    } finally {
      repository.shutDown();
    }
  }
}
