package dev.artserver.http.exchange;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The trace a request belongs to (W3C Trace Context).
///
/// @param traceId 32 lower-case hex digits, not all zero
/// @param traceparent the client's header, to be echoed; null when it sent none that is valid
public record TraceContext(String traceId, @Nullable String traceparent) {
  static final String TRACEPARENT = "traceparent";
  static final String TRACE_ID = "X-Trace-Id";
  private static final int LENGTH = 55;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  /// The request's own trace, or a new one.
  public static TraceContext of(HttpServerRequest request, RandomGenerator random) {
    String header = request.getHeader(TRACEPARENT);
    return header != null && valid(header)
        ? new TraceContext(header.substring(3, 35), header)
        : new TraceContext(made(random), null);
  }

  public void writeTo(HttpServerResponse response) {
    response.putHeader(TRACE_ID, traceId);
    if (traceparent != null) {
      response.putHeader(TRACEPARENT, traceparent);
    }
  }

  /// `version-traceId-parentId-flags`; a later version may append more, an invalid header is
  /// ignored.
  private static boolean valid(String header) {
    boolean shaped =
        header.length() >= LENGTH
            && (header.length() == LENGTH
                || (header.charAt(LENGTH) == '-' && !header.startsWith("00")))
            && header.charAt(2) == '-'
            && header.charAt(35) == '-'
            && header.charAt(52) == '-'
            && !header.startsWith("ff");
    return shaped
        && hex(header, 0, 2)
        && hex(header, 3, 35)
        && hex(header, 36, 52)
        && hex(header, 53, LENGTH)
        && !zero(header, 3, 35)
        && !zero(header, 36, 52);
  }

  private static boolean hex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean zero(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }

  private static String made(RandomGenerator random) {
    char[] id = new char[32];
    // The lowest bit of the first half keeps the id from being all zero.
    long bits = random.nextLong() | 1;
    for (int i = 0; i < id.length; i++) {
      if (i == 16) {
        bits = random.nextLong();
      }
      id[i] = HEX[(int) (bits & 15)];
      bits >>>= 4;
    }
    return new String(id);
  }
}
