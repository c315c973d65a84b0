package dev.artserver.http.socket;

/// Why the server closes a WebSocket (RFC 6455, 7.4.1).
enum CloseCode {
  UNSUPPORTED(1003),
  POLICY(1008),
  TOO_LARGE(1009),
  BROKEN(1011),
  RESTARTING(1012);

  private final short code;

  CloseCode(int code) {
    this.code = (short) code;
  }

  short code() {
    return code;
  }
}
