package dev.artserver.app.config;

/// A credential. It shows itself only to who asks for it by name, never in a log or a message.
public final class Secret {
  private final String value;

  public Secret(String value) {
    this.value = value;
  }

  /// The credential itself.
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
