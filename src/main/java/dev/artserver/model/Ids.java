package dev.artserver.model;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// Makes and checks ids. Made ids are 22 characters of 128 random bits, so two machines never need
/// to agree on one.
public final class Ids {
  /// The longest id a client may choose, in characters.
  public static final int LENGTH_MAX = 128;

  private static final char[] ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_".toCharArray();

  private final RandomGenerator random;

  /// @param random where chance comes from; a seeded one makes runs of a simulation repeatable
  public Ids(RandomGenerator random) {
    this.random = random;
  }

  /// Ids nobody can guess.
  public static Ids secure() {
    return new Ids(new SecureRandom());
  }

  /// A new id without prefix.
  public String next() {
    char[] id = new char[22];
    long bits = random.nextLong();
    for (int i = 0; i < id.length; i++) {
      if (i == 11) {
        bits = random.nextLong();
      }
      id[i] = ALPHABET[(int) (bits & 63)];
      bits >>>= 6;
    }
    return new String(id);
  }

  /// A new id of a thread.
  public ThreadId nextThread() {
    return new ThreadId("t_" + next());
  }

  /// A new id of a run.
  public RunId nextRun() {
    return new RunId("r_" + next());
  }

  /// A new id of a model or tool call.
  public String nextCall() {
    return "c_" + next();
  }

  /// A new id of a message.
  public String nextMessage() {
    return "m_" + next();
  }

  /// Whether `value` may be an id: 1 to 128 characters of letters, digits and `-._~`.
  public static boolean valid(String value) {
    if (value.isEmpty() || value.length() > LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && c != '-' && c != '_' && c != '.' && c != '~') {
        return false;
      }
    }
    return true;
  }

  static void check(String field, String value) {
    if (!valid(value)) {
      throw new FailureException(
          Failure.invalid(
              "/" + field, "must be 1 to 128 characters of A-Z a-z 0-9 - . _ ~", value));
    }
  }
}
