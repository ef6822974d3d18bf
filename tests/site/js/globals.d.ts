// What the vendored scripts put into the page.
declare const cytoscape: any;
interface Window {
  L: any;
  cytoscape: any;
}
