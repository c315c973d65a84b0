package dev.artserver.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything that can be refused or go wrong, each kind with the code and the HTTP status a client
/// sees.
public sealed interface Failure {
  /// A name in upper case from a closed list; clients may switch on it.
  String code();

  /// HTTP status of an answer that reports it.
  int status();

  /// What went wrong, for a person: field, rule and value where there are any.
  String message();

  /// After which time a retry may help; empty: waiting does not help.
  default Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  /// One thing wrong with an input.
  ///
  /// @param pointer JSON Pointer into the body, or the parameter's name
  record Violation(String pointer, String rule, @Nullable String value) {
    private static final int VALUE_MAX = 120;

    @Override
    public String toString() {
      return (pointer.isEmpty() ? "body" : pointer)
          + " "
          + rule
          + (value == null ? "" : ", got '" + Excerpt.shortened(value, VALUE_MAX) + "'");
    }
  }

  static Failure invalid(String pointer, String rule, @Nullable String value) {
    return new Invalid("INVALID_REQUEST", 400, List.of(new Violation(pointer, rule, value)));
  }

  /// An input that is well-formed but cannot be carried out: 422.
  static Failure unprocessable(String code, String pointer, String rule, @Nullable String value) {
    return new Invalid(code, 422, List.of(new Violation(pointer, rule, value)));
  }

  /// Input that breaks a rule; nothing was changed.
  record Invalid(String code, int status, List<Violation> violations) implements Failure {
    public Invalid {
      violations = List.copyOf(violations);
    }

    @Override
    public String message() {
      return String.join("; ", violations.stream().map(Violation::toString).toList());
    }
  }

  /// There is nothing with this id. `what` is THREAD, RUN or SUSPENSION.
  record NotFound(String what, String id) implements Failure {
    @Override
    public String code() {
      return what + "_NOT_FOUND";
    }

    @Override
    public int status() {
      return 404;
    }

    @Override
    public String message() {
      return "there is no " + what.toLowerCase(java.util.Locale.ROOT) + " '" + id + "'";
    }
  }

  record ThreadExists(ThreadId thread) implements Failure {
    @Override
    public String code() {
      return "THREAD_EXISTS";
    }

    @Override
    public int status() {
      return 409;
    }

    @Override
    public String message() {
      return "thread '" + thread + "' exists already";
    }
  }

  /// The expected version was not the current one, or another owner wrote first; nothing was
  /// changed.
  record ConcurrentModification(ThreadId thread, long expectedVersion, long currentVersion)
      implements Failure {
    @Override
    public String code() {
      return "CONCURRENT_MODIFICATION";
    }

    @Override
    public int status() {
      return 412;
    }

    @Override
    public String message() {
      return "thread '"
          + thread
          + "' is at version "
          + currentVersion
          + ", expected "
          + expectedVersion;
    }
  }

  /// Another owner took the thread over; this owner must forget it.
  record Fenced(ThreadId thread, long epoch) implements Failure {
    @Override
    public String code() {
      return "FENCED";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public String message() {
      return "thread '" + thread + "' has a newer owner than epoch " + epoch;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(Duration.ofSeconds(1));
    }
  }

  /// Another instance owns the thread, and this one may not activate it.
  record OwnedElsewhere(ThreadId thread) implements Failure {
    @Override
    public String code() {
      return "OWNED_ELSEWHERE";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public String message() {
      return "thread '" + thread + "' belongs to another instance";
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(Duration.ofSeconds(1));
    }
  }

  record ThreadBusy(ThreadId thread, RunId run) implements Failure {
    @Override
    public String code() {
      return "THREAD_BUSY";
    }

    @Override
    public int status() {
      return 409;
    }

    @Override
    public String message() {
      return "thread '" + thread + "' is busy with run '" + run + "'";
    }
  }

  /// A question was answered before, in another way, or its run has ended.
  ///
  /// @param winner who answered, or what ended the question; empty: an anonymous caller
  record SuspensionAnswered(RunId run, String suspensionId, String winner, Instant answeredAt)
      implements Failure {
    @Override
    public String code() {
      return "SUSPENSION_ANSWERED";
    }

    @Override
    public int status() {
      return 409;
    }

    @Override
    public String message() {
      return "suspension '"
          + suspensionId
          + "' was answered by "
          + (winner.isEmpty() ? "an anonymous caller" : winner)
          + " at "
          + answeredAt;
    }
  }

  record IdempotencyKeyReused(String key) implements Failure {
    @Override
    public String code() {
      return "IDEMPOTENCY_KEY_REUSED";
    }

    @Override
    public int status() {
      return 409;
    }

    @Override
    public String message() {
      return "Idempotency-Key '" + key + "' was used with another request";
    }
  }

  /// A bounded queue is full: `POOL_FULL` (admission), `API_QUEUE_FULL` (a provider),
  /// `LOCAL_INSTANCE_BUSY` and `LOCAL_PROVIDER_CONFLICT` (a local provider that does not queue),
  /// `THREAD_QUEUE_FULL` (one thread's commands or runs), `OVERLOADED` (connections, subscriptions,
  /// the load).
  record Full(String code, String what, int limit, Duration retry) implements Failure {
    @Override
    public int status() {
      return 503;
    }

    @Override
    public String message() {
      return what + " is full at " + limit;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(retry);
    }
  }

  /// A local machine runs one model at a time, and is busy with another call: `LOCAL_INSTANCE_BUSY`
  /// with the requested model, `LOCAL_PROVIDER_CONFLICT` with another.
  record LocalBusy(String provider, String model, String activeProvider, String activeModel)
      implements Failure {
    private static final Duration RETRY = Duration.ofSeconds(1);

    @Override
    public String code() {
      return same() ? "LOCAL_INSTANCE_BUSY" : "LOCAL_PROVIDER_CONFLICT";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public String message() {
      if (same()) {
        return "Local provider instance '" + provider + ":" + model + "' is currently busy.";
      }
      boolean otherModel = provider.equals(activeProvider);
      String wanted = otherModel ? provider + ":" + model : provider;
      String active = otherModel ? activeProvider + ":" + activeModel : activeProvider;
      return "Cannot activate local provider '"
          + wanted
          + "'. Local provider '"
          + active
          + "' is already active.";
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(RETRY);
    }

    private boolean same() {
      return provider.equals(activeProvider) && model.equals(activeModel);
    }
  }

  /// Something took longer than allowed: `QUEUE_TIMEOUT` (admission), `API_QUEUE_TIMEOUT` (a
  /// provider's queue), `RUN_TIMEOUT`, `TOOL_TIMEOUT`, `LLM_TIMEOUT`.
  record TimedOut(String code, String what, Duration limit) implements Failure {
    @Override
    public int status() {
      return code.endsWith("QUEUE_TIMEOUT") ? 503 : 504;
    }

    @Override
    public String message() {
      return what + " took longer than " + limit.toMillis() + " ms";
    }

    @Override
    public Optional<Duration> retryAfter() {
      return code.endsWith("QUEUE_TIMEOUT") ? Optional.of(Duration.ofSeconds(1)) : Optional.empty();
    }
  }

  /// A model provider answered with an error, or not at all.
  ///
  /// @param providerStatus its HTTP status, or the status that an error within its stream means; 0
  ///   when the connection broke or the stream made no sense
  /// @param providerCode its own word for it, such as `context_length_exceeded`; null: it gave none
  /// @param retry its Retry-After, when it gave one
  record ProviderError(
      String provider,
      int providerStatus,
      @Nullable String providerCode,
      String message,
      @Nullable Duration retry)
      implements Failure {
    /// An error without a code of the service.
    public ProviderError(
        String provider, int providerStatus, String message, @Nullable Duration retry) {
      this(provider, providerStatus, null, message, retry);
    }

    @Override
    public String code() {
      return providerStatus == 429 ? "THROTTLED" : "LLM_PROVIDER_ERROR";
    }

    @Override
    public int status() {
      return providerStatus == 429 ? 429 : 502;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retry);
    }
  }

  /// Calls of a provider are not tried now, since it failed too often.
  ///
  /// @param retry until it is tried again; at least a second
  record CircuitOpen(String provider, Duration retry) implements Failure {
    @Override
    public String code() {
      return "CIRCUIT_OPEN";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public String message() {
      return "provider '" + provider + "' failed too often and is not called now";
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(retry);
    }
  }

  /// The agent could not use a model's answer, or reached one of its limits: `PLANNING_FAILED`,
  /// `OUTPUT_PARSING_FAILED`, `ITERATIONS_EXHAUSTED`, `ATTEMPTS_EXHAUSTED`, `SYNTHESIS_FAILED`,
  /// `EMPTY_ANSWER`, `MEMORY_LIMIT_EXCEEDED`.
  record AgentFailed(String code, String message) implements Failure {
    @Override
    public int status() {
      return 502;
    }
  }

  /// The caller cancelled it.
  record Cancelled(String message) implements Failure {
    @Override
    public String code() {
      return "CANCELLED";
    }

    @Override
    public int status() {
      return 409;
    }
  }

  /// The store cannot write or read now: no disk space, damaged, closed. A write that failed this
  /// way was not written.
  record StorageFailed(String message) implements Failure {
    @Override
    public String code() {
      return "STORAGE_UNAVAILABLE";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(Duration.ofSeconds(5));
    }
  }

  /// The outcome of a write is unknown: it may or may not be durable, now or after a restart. Only
  /// the log itself can tell.
  record StorageInDoubt(String message) implements Failure {
    @Override
    public String code() {
      return "STORAGE_ERROR";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(Duration.ofSeconds(5));
    }
  }

  /// Something that only a newer version of this server can read: a fact of a log, so that this
  /// instance cannot own the thread, or a command of another instance. Nothing was changed. An
  /// instance of the newer version can do it.
  ///
  /// @param thread null: it is not about one thread
  /// @param what names the thing and its version
  record TooNew(@Nullable ThreadId thread, String what) implements Failure {
    /// For a fact of a thread's log.
    ///
    /// @param type the name clients know its event by
    public static TooNew fact(ThreadId thread, long seq, String type, int schema) {
      String place = "fact " + seq + " of thread '" + thread + "'";
      return new TooNew(thread, place + " (" + type + ", schema " + schema + ")");
    }

    @Override
    public String code() {
      return "TOO_NEW";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public String message() {
      return what + " is of a newer server than this one";
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(Duration.ofSeconds(5));
    }
  }

  /// A fact that the version held back by `store.writeVersion` cannot express; nothing was written.
  ///
  /// @param event the name clients know it by
  /// @param needed the first version that can express it
  /// @param written the newest version this server writes now
  record HeldBack(String event, int needed, int written) implements Failure {
    @Override
    public String code() {
      return "VERSION_HELD_BACK";
    }

    @Override
    public int status() {
      return 501;
    }

    @Override
    public String message() {
      return "'"
          + event
          + "' needs facts of version "
          + needed
          + ", but store.writeVersion is "
          + written;
    }
  }

  /// A failure of a kind that only the newer instance it came from knows, passed on as it came.
  record Relayed(String code, int status, String message, @Nullable Duration retry)
      implements Failure {
    @Override
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retry);
    }
  }

  /// The server takes no new work because it stops.
  record Stopping() implements Failure {
    @Override
    public String code() {
      return "SHUTTING_DOWN";
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public String message() {
      return "the server is stopping";
    }

    @Override
    public Optional<Duration> retryAfter() {
      return Optional.of(Duration.ofSeconds(2));
    }
  }

  /// Fault of a request's form that HTTP names: 404 no such path, 405, 406, 413, 415, 428, 431.
  record Http(String code, int status, String message) implements Failure {}

  /// Our own bug; the log has more.
  record Internal(String message) implements Failure {
    @Override
    public String code() {
      return "UNKNOWN_ERROR";
    }

    @Override
    public int status() {
      return 500;
    }
  }
}
