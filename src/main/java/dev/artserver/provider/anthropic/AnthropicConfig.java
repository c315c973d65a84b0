package dev.artserver.provider.anthropic;

import dev.artserver.provider.wire.ServiceConfig;

/// @param promptCaching whether the service is asked to cache what requests begin with alike;
///   writing to its cache costs more than plain input, reading from it less
public record AnthropicConfig(ServiceConfig service, boolean promptCaching) {
  public static final String BASE_URL = "https://api.anthropic.com/v1";
}
