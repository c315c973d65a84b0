package dev.artserver.model;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Makes and checks ids. Made ids are 22 characters of 132 random bits, so two machines need not
/// coordinate. Ids of threads begin with the time in milliseconds, so that they sort by age, and
/// keep 90 random bits. Rows of threads created one after another are then neighbours in a store's
/// index (RFC 9562 gives the same reason for UUIDs of version 7).
public final class Ids {
  /// The longest id a client may choose, in characters.
  public static final int LENGTH_MAX = 128;

  /// In the order of their codes, so that ids sort as the numbers they stand for.
  private static final char[] ALPHABET =
      "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".toCharArray();

  private static final int LENGTH = 22;
  private static final int BITS = 6;

  /// Characters for milliseconds since 1970: 42 bits last until 2109.
  private static final int TIME_LENGTH = 7;

  private final RandomGenerator random;
  private final InstantSource clock;

  /// @param random the source of random bits; a seeded source makes a simulation repeatable
  /// @param clock what the ids of threads begin with
  public Ids(RandomGenerator random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /// Ids that cannot be guessed.
  public static Ids secure(InstantSource clock) {
    return new Ids(new SecureRandom(), clock);
  }

  /// A new id without prefix.
  public String next() {
    char[] id = new char[LENGTH];
    fill(id, 0);
    return new String(id);
  }

  /// A new id of a thread.
  public ThreadId nextThread() {
    char[] id = new char[LENGTH];
    long time = clock.millis();
    for (int i = TIME_LENGTH - 1; i >= 0; i--) {
      id[i] = ALPHABET[(int) (time & 63)];
      time >>>= BITS;
    }
    fill(id, TIME_LENGTH);
    return new ThreadId("t_" + new String(id));
  }

  /// Asks for all random bits of an id at once: each request to a secure source costs a digest.
  private void fill(char[] id, int from) {
    byte[] chance = new byte[(id.length - from) * BITS / Byte.SIZE + 1];
    random.nextBytes(chance);
    int bits = 0;
    int left = 0;
    int next = 0;
    for (int i = from; i < id.length; i++) {
      if (left < BITS) {
        bits |= (chance[next++] & 0xff) << left;
        left += Byte.SIZE;
      }
      id[i] = ALPHABET[bits & 63];
      bits >>>= BITS;
      left -= BITS;
    }
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
