/** A page of the documentation: plain HTML, without a script and without a style of its own. */
export function plainPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)} - Batch Update Patron Profiles</title>
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header><p><a href="/">Batch Update Patron Profiles</a></p></header>
<main>
<h1>${text(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** What stands in HTML as it is written. */
export function text(plain: string): string {
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

export const stylesheet = `:root { color-scheme: light dark; }
body { font: 1.06rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 42rem; padding: 1rem; }
header { background: #162e51; border-radius: 0.25rem; padding: 0.5rem 1rem; }
header p { margin: 0; }
header a { color: #fff; font-weight: bold; text-decoration: none; }
h1 { line-height: 1.2; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
caption { font-weight: bold; text-align: start; }
td, th { border: 1px solid; padding: 0.25rem 0.5rem; text-align: start; vertical-align: top; }
`;
