package dev.artserver.provider.wire;

import java.net.URI;

/// Where a service is.
///
/// @param path before each of its paths, without a slash at its end
record ServiceAddress(String host, int port, boolean tls, String path) {
  static ServiceAddress of(String baseUrl) {
    URI uri = URI.create(baseUrl);
    boolean tls = "https".equals(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    String base = uri.getRawPath() == null ? "" : uri.getRawPath();
    String slashless = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return new ServiceAddress(uri.getHost(), port, tls, slashless);
  }
}
