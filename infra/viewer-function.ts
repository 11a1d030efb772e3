import { views } from "../console/views.ts";
import { whatEnds } from "../console/what-ends.ts";

/**
 * What the edge does with an address before it looks for a file, in the language of CloudFront's functions. A view of the
 * console has no file of its own: it is answered by the console's one page, which reads the view from the address, also
 * where an id in it has a dot. A page of the documentation has one, whose ending its address leaves out. What is neither
 * of these nor looks like a file does not exist; what it may have led to once is told to end.
 */
export function viewerFunction(): string {
  const patterns = Object.values(views).map((view) => `^${view.replace(/:[A-Za-z]+/g, "[^/]+")}/?$`);
  return `
var views = [${patterns.map((pattern) => `new RegExp(${JSON.stringify(pattern)})`).join(", ")}];
var ends = ${JSON.stringify(whatEnds)};
function notThere(uri) {
  var why = ends.filter(function (it) { return uri.indexOf(it[0]) === 0; });
  return '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<title>Page not found - Batch Update Patron Profiles</title><meta name="viewport" content="width=device-width">' +
    '<link rel="stylesheet" href="/docs/docs.css"></head><body>' +
    '<header><p><a href="/">Batch Update Patron Profiles</a></p></header><main><h1>This page does not exist</h1>' +
    '<p>The address may be mistyped, or the page was moved. Nothing has been changed.</p>' +
    why.map(function (it) { return '<p>' + it[1] + '</p>'; }).join('') +
    '<p><a href="/">Go to the start</a></p></main></body></html>';
}

function handler(event) {
  var request = event.request;
  var uri = request.uri;
  if (views.some(function (view) { return view.test(uri); })) {
    request.uri = '/index.html';
    return request;
  }
  var last = uri.substring(uri.lastIndexOf('/') + 1);
  if (last.indexOf('.') !== -1) return request;
  if (uri.indexOf('/docs/') === 0) {
    request.uri = uri + (last === '' ? 'index.html' : '.html');
    return request;
  }
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: {
      'content-type': { value: 'text/html; charset=utf-8' },
      'content-security-policy': { value: "default-src 'none'; style-src 'self'; frame-ancestors 'none'" },
      'x-content-type-options': { value: 'nosniff' },
      'cache-control': { value: 'no-cache' }
    },
    body: { encoding: 'text', data: notThere(uri) }
  };
}`;
}
