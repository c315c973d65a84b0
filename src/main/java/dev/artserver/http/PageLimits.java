package dev.artserver.http;

import dev.artserver.http.exchange.ApiExchange;

/// The number of items of a page.
record PageLimits(int byDefault, int most) {
  static PageLimits of(HttpConfig config) {
    return new PageLimits(config.pageDefault(), config.pageMax());
  }

  int of(ApiExchange exchange) {
    return (int) Math.min(exchange.number("limit", byDefault), most);
  }
}
