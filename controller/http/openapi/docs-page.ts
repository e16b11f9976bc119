/** The page at /docs: Swagger UI over our own document, in light and dark. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hangar API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/hangar.css">
</head>
<body>
<div id="docs"></div>
<noscript>This page needs JavaScript; <a href="/openapi.json">/openapi.json</a> does not.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/hangar.js"></script>
</body>
</html>
`;

export const DOCS_SCRIPT = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: false,
  validatorUrl: null,
});
`;

/** Swagger UI knows light only: dark turns its lightness round and leaves the hues as they are. */
export const DOCS_STYLE = `body { margin: 0; background: #fafafa; }
.swagger-ui .info { margin: 32px 0 16px; }
.swagger-ui .scheme-container { box-shadow: none; background: transparent; padding: 8px 0; }
.swagger-ui :focus-visible { outline: 2px solid #2f6fed; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  html { background: #16181d; }
  body { background: transparent; }
  .swagger-ui { filter: invert(0.9) hue-rotate(180deg); }
  .swagger-ui .highlight-code { filter: invert(1) hue-rotate(180deg); }
}
@media (max-width: 640px) {
  .swagger-ui .opblock .opblock-summary-description { display: none; }
}
`;
