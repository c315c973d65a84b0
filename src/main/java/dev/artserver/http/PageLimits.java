package dev.artserver.http;

import dev.artserver.http.exchange.ApiExchange;

/// How many items pages hold.
record PageLimits(int byDefault, int most) {
  static PageLimits of(HttpConfig config) {
    return new PageLimits(config.pageDefault(), config.pageMax());
  }

  int of(ApiExchange exchange) {
    return (int) Math.min(exchange.number("limit", byDefault), most);
  }
}
