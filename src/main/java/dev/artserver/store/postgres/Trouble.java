package dev.artserver.store.postgres;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.pgclient.PgException;
import java.util.Set;

/// What it means that a statement failed. Classes and codes:
/// https://www.postgresql.org/docs/current/errcodes-appendix.html
final class Trouble {
  /// Classes of states in which no statement succeeds: connections, read-only, resources, an
  /// operator's intervention, the system, internal errors.
  private static final Set<String> OF_THE_DATABASE =
      Set.of("08", "25", "53", "57", "58", "F0", "XX");

  /// Deadlock, serialization, lock timeout, and a plan that a change of the tables made invalid:
  /// the same statement may succeed now.
  private static final Set<String> PASSING = Set.of("40P01", "40001", "55P03", "0A000", "26000");

  private Trouble() {}

  /// Whether the session is over, so that its answer says nothing about what was committed.
  static boolean ended(PgException answer) {
    return "FATAL".equals(answer.getSeverity()) || "PANIC".equals(answer.getSeverity());
  }

  /// Whether the database is in trouble, so that other statements would fail too.
  static boolean ofTheDatabase(Throwable cause) {
    return switch (cause) {
      case Unreached _, Unanswered _ -> true;
      case PgException answer -> ended(answer) || OF_THE_DATABASE.contains(stateClass(answer));
      default -> false;
    };
  }

  /// Whether the server refuses connections only for a moment: it starts, stops or has too many.
  static boolean isPassing(PgException answer) {
    String state = stateClass(answer);
    return state.equals("57") || state.equals("53");
  }

  static boolean passing(Throwable cause) {
    return cause instanceof PgException answer
        && PASSING.contains(String.valueOf(answer.getSqlState()));
  }

  /// The failure callers get.
  ///
  /// @param writes whether the statement was to change something
  static Failure failure(Throwable cause, boolean writes) {
    return switch (cause) {
      case FailureException refused -> refused.failure();
      case Unanswered lost ->
          writes
              ? new Failure.StorageInDoubt(
                  "the store cannot tell what it wrote: " + lost.getMessage())
              : new Failure.StorageFailed("the store cannot read: " + lost.getMessage());
      case Unreached not ->
          new Failure.StorageFailed("PostgreSQL cannot be used now: " + not.getMessage());
      case OpenCircuitException _ ->
          new Failure.StorageFailed("PostgreSQL does not serve at present; it is tried again soon");
      default ->
          new Failure.StorageFailed(
              (writes ? "the store cannot write: " : "the store cannot read: ") + message(cause));
    };
  }

  /// The reason in one line.
  static String message(Throwable cause) {
    String text =
        cause instanceof PgException answer
            ? answer.getErrorMessage() + " (" + answer.getSqlState() + ")"
            : String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
    return text.replaceAll("\\s+", " ").strip();
  }

  private static String stateClass(PgException answer) {
    String state = answer.getSqlState();
    return state == null || state.length() < 2 ? "XX" : state.substring(0, 2);
  }
}
