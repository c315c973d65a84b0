package dev.artserver.thread;

import dev.artserver.admission.Admission;
import dev.artserver.model.Fact;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one turn decides, before it is durable: facts, and the state they lead to.
final class Draft {
  private final Instant now;
  private final List<Fact> facts = new ArrayList<>(6);
  private ThreadState state;
  private @Nullable RecordedCaller caller;
  private @Nullable RunId begun;
  private List<Prepared> prepared = List.of();
  private @Nullable RunId admitted;
  private Admission.@Nullable Ticket slot;

  /// A model call that is made once it is logged.
  ///
  /// @param fallbacks as of `ThreadConfig`
  record Prepared(ProviderChoice choice, @Nullable List<String> fallbacks, ModelRequest request) {}

  /// @param clock the current time. Facts are never earlier than the thread's last fact, even when
  ///   the clock goes back or the last owner had another clock
  /// @param caller whose command is decided; null: the server's own turn, or an anonymous caller
  Draft(ThreadState state, Instant clock, @Nullable RecordedCaller caller) {
    this.state = state;
    Instant now = clock.truncatedTo(ChronoUnit.MILLIS);
    this.now = now.isBefore(state.updatedAt()) ? state.updatedAt() : now;
    this.caller = caller;
  }

  /// Facts added from here on are the server's, not the caller's.
  void continueAsServer() {
    caller = null;
  }

  void add(ThreadEvent event) {
    Fact fact = state.next(event, now, caller);
    state = state.after(fact);
    facts.add(fact);
  }

  void addAll(List<ThreadEvent> events) {
    events.forEach(this::add);
  }

  /// Marks `run` as begun in this process, with its slot.
  void begin(RunId run) {
    begun = run;
  }

  /// Keeps the ticket of `run`, a slot or a place in the queue, until the turn is durable. The run
  /// then takes it with `takeSlot`.
  void hold(RunId run, Admission.Ticket ticket) {
    admitted = run;
    slot = ticket;
  }

  /// The ticket of `run`; null when this turn took none for it.
  Admission.@Nullable Ticket takeSlot(RunId run) {
    return run.equals(admitted) ? takeSlot() : null;
  }

  private Admission.@Nullable Ticket takeSlot() {
    Admission.Ticket taken = slot;
    slot = null;
    return taken;
  }

  /// Releases a ticket that was not taken: the turn failed, or the run ended in it.
  void releaseSlots() {
    Admission.Ticket left = takeSlot();
    if (left != null) {
      left.release();
    }
  }

  /// Keeps what a model call needs until it is logged and made.
  void prepare(Prepared call) {
    if (prepared.isEmpty()) {
      prepared = new ArrayList<>(1);
    }
    prepared.add(call);
  }

  ThreadState state() {
    return state;
  }

  Instant now() {
    return now;
  }

  List<Fact> facts() {
    return facts;
  }

  @Nullable RunId begun() {
    return begun;
  }

  /// What this turn prepared for a model call; null: nothing.
  @Nullable Prepared prepared(String callId) {
    for (Prepared call : prepared) {
      if (call.request().callId().equals(callId)) {
        return call;
      }
    }
    return null;
  }
}
