// The page at /api/docs. In a file of its own because no page of ours may hold inline scripts.
window.SwaggerUIBundle({ url: '/openapi/v1.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
