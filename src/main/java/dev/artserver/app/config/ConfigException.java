package dev.artserver.app.config;

import java.util.List;

/// A configuration that cannot be used. It holds every fault that was found, one line each, naming
/// where the value comes from, the key, the rule and the value.
public final class ConfigException extends RuntimeException {
  private final transient List<String> faults;

  ConfigException(List<String> faults) {
    super(String.join(System.lineSeparator(), faults), null, false, false);
    this.faults = List.copyOf(faults);
  }

  public List<String> faults() {
    return faults;
  }
}
