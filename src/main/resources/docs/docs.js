'use strict';

SwaggerUIBundle({
  url: '/openapi.yaml',
  domNode: document.getElementById('contract'),
  deepLinking: true,
  validatorUrl: null,
});
