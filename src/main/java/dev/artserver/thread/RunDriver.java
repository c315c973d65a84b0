package dev.artserver.thread;

import dev.artserver.admission.Admission;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStage;
import dev.artserver.model.ThreadState;
import dev.artserver.stream.Feed;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Does the work that the log asks for: requests slots, makes calls, runs tools, watches deadlines.
/// After every turn it brings the running work in line with the state, so the same code starts
/// work, ends it and resumes it after a crash. Outcomes of the work return as turns.
final class RunDriver {
  private static final Duration SLOT_RETRY = Duration.ofSeconds(1);

  private final AgentThread thread;
  private final ThreadServices services;
  private final RunRules rules;
  private final Feed feed;
  private final List<RunWork> live = new ArrayList<>(1);

  /// How long no process had the thread before this owner; null once that is logged, or when no run
  /// was open.
  private @Nullable Duration downtime;

  RunDriver(AgentThread thread, ThreadServices services, RunRules rules, Feed feed) {
    this.thread = thread;
    this.services = services;
    this.rules = rules;
    this.feed = feed;
  }

  /// Resumes what a loaded log says is unfinished.
  void resume(ThreadState state) {
    // A thread that needs no owner was left alone on purpose: its time counts.
    if (!state.runs().isEmpty() && state.needsOwner()) {
      long since = Duration.between(state.updatedAt(), services.clock().instant()).toMillis();
      downtime = Duration.ofMillis(Math.max(0, since));
    }
    follow(state, null);
  }

  /// Brings the work in line with `state`; `draft` is what led to it, null after loading.
  void follow(ThreadState state, @Nullable Draft draft) {
    endWhatEnded(state);
    if (draft != null && draft.begun() != null) {
      downtime = null;
      live.forEach(work -> work.downtime = Duration.ZERO);
    }
    for (ActiveRun run : state.runs()) {
      RunWork work = find(run.id());
      if (work == null) {
        work = new RunWork(run.id(), draft == null && downtime != null ? downtime : Duration.ZERO);
        live.add(work);
        watchDeadline(run, work);
      } else if (!Objects.equals(run.workTime(), work.watched)) {
        watchDeadline(run, work);
      }
    }
    ActiveRun current = state.currentRun();
    if (current == null) {
      return;
    }
    RunWork work = known(current.id());
    switch (current.stage()) {
      case RunStage.Queued _, RunStage.Running _, RunStage.Yielded _ ->
          proceed(state, current, work, draft);
      case RunStage.Suspended _ -> {
        dropEnded(current, work);
        leaveSlot(work);
      }
    }
  }

  private void proceed(ThreadState state, ActiveRun current, RunWork work, @Nullable Draft draft) {
    Admission.Ticket admitted = draft == null ? null : draft.takeSlot(current.id());
    work.ticket = admitted == null ? work.ticket : admitted;
    if (draft != null && current.id().equals(draft.begun())) {
      work.begun = true;
    } else if (admitted != null) {
      awaitSlot(state, current, work, admitted);
    }
    if (work.begun) {
      new RunCalls(this, thread, services, rules, feed).start(current, work, draft);
      if (current.stage() instanceof RunStage.Yielded && !thread.handingOver()) {
        giveWay(current, work);
      }
    } else if (work.ticket == null && !thread.handingOver()) {
      askForSlot(state, current, work);
    }
  }

  /// Requests a slot in the turn that accepts the run, so that an accepted run has a slot or a
  /// place in the queue. With a slot the run begins in that turn: one write instead of two. A run
  /// behind another run of its thread requests none. A run that interrupts another is not refused,
  /// since the other returns its slot. Throws `FailureException` with `Full` when the queue is
  /// full.
  void admit(Draft draft, RunId id) {
    ActiveRun run = draft.state().currentRun();
    if (run == null || !run.id().equals(id)) {
      return;
    }
    Admission.Request request = slotFor(draft.state(), run);
    boolean interrupts = thread.state().currentRun() != null;
    Admission.Ticket ticket =
        interrupts
            ? services.admission().requestAccepted(request)
            : services.admission().request(request);
    Future<Void> granted = ticket.granted();
    if (granted.failed()
        && granted.cause() instanceof FailureException e
        && e.failure() instanceof Failure.Full) {
      throw e;
    }
    draft.hold(id, ticket);
    if (granted.succeeded()) {
      rules.begin(draft, id, downtime);
    }
  }

  /// Whether a step of a run is under way.
  boolean inStep() {
    ActiveRun current = thread.state().currentRun();
    RunWork work = current == null ? null : find(current.id());
    return current != null && work != null && work.begun && !current.openCalls().isEmpty();
  }

  /// Whether a run stops at the end of its step.
  boolean yieldWanted(RunWork work) {
    return thread.handingOver() || (work.ticket != null && work.ticket.yieldWanted());
  }

  /// Ends all work; what was open is neither finished nor logged.
  void close() {
    List.copyOf(live).forEach(this::end);
    live.clear();
  }

  private void endWhatEnded(ThreadState state) {
    for (Iterator<RunWork> each = live.iterator(); each.hasNext(); ) {
      RunWork work = each.next();
      if (state.run(work.run) == null) {
        each.remove();
        end(work);
      }
    }
  }

  private void end(RunWork work) {
    work.ended = true;
    if (work.deadline != null) {
      work.deadline.cancel();
    }
    work.calls.forEach((callId, cancel) -> {
      cancel.run();
      feed.callEnded(callId);
    });
    work.calls.clear();
    if (work.ticket != null) {
      work.ticket.release();
    }
  }

  /// Calls that have ended need nothing more.
  private void dropEnded(ActiveRun run, RunWork work) {
    work.calls
        .keySet()
        .removeIf(callId -> {
          boolean ended = run.openCall(callId) == null;
          if (ended) {
            feed.callEnded(callId);
          }
          return ended;
        });
  }

  /// Holds no slot and asks for none.
  private static void leaveSlot(RunWork work) {
    Admission.Ticket ticket = work.ticket;
    work.ticket = null;
    work.begun = false;
    if (ticket != null) {
      ticket.release();
    }
  }

  /// Schedules what is left of the run's time limit; nothing while it stands still.
  private void watchDeadline(ActiveRun run, RunWork work) {
    if (work.deadline != null) {
      work.deadline.cancel();
      work.deadline = null;
    }
    work.watched = run.workTime();
    if (run.deadline() == null) {
      return;
    }
    RunId id = run.id();
    Duration left = Duration.between(services.clock().instant(), deadline(run));
    work.deadline =
        services
            .timers()
            .schedule(
                left.isPositive() ? left : Duration.ofMillis(1),
                () ->
                    thread.decideWithRetry(
                        id,
                        draft -> {
                          rules.failed(draft, id, null, timedOut(run));
                          return null;
                        }));
  }

  /// When the run must have ended, the time left out in which no process had the thread.
  Instant deadline(ActiveRun run) {
    Instant deadline = run.deadline();
    if (deadline == null) {
      throw new IllegalStateException("run " + run.id() + " is suspended and wants to proceed");
    }
    RunWork work = find(run.id());
    return work == null ? deadline : deadline.plus(work.downtime);
  }

  private static Failure timedOut(ActiveRun run) {
    return new Failure.TimedOut("RUN_TIMEOUT", "the run", run.request().timeout());
  }

  private void askForSlot(ThreadState state, ActiveRun run, RunWork work) {
    Admission.Ticket ticket = services.admission().requestAccepted(slotFor(state, run));
    work.ticket = ticket;
    awaitSlot(state, run, work, ticket);
  }

  private void awaitSlot(ThreadState state, ActiveRun run, RunWork work, Admission.Ticket ticket) {
    RunId id = run.id();
    ticket
        .granted()
        .onSuccess(granted -> {
          if (!work.ended) {
            thread.decideWithRetry(
                id,
                draft -> {
                  rules.begin(draft, id, downtime);
                  return null;
                });
          }
        })
        .onFailure(cause -> refused(state, run, work, cause));
  }

  private Admission.Request slotFor(ThreadState state, ActiveRun run) {
    return new Admission.Request(
        thread.id(),
        run.id(),
        state.knownProfile().metadata().getOrDefault("userId", ""),
        run.request().priority(),
        run.request().preemptionAllowed(),
        deadline(run));
  }

  /// The run yielded to an urgent one between two steps: it returns its slot, and goes on from the
  /// log when it has one again.
  private void giveWay(ActiveRun run, RunWork work) {
    Admission.Ticket ticket = work.ticket;
    if (ticket == null) {
      throw new IllegalStateException("run " + run.id() + " began without a slot");
    }
    RunId id = run.id();
    work.begun = false;
    ticket
        .giveWay()
        .onSuccess(granted -> {
          if (!work.ended) {
            thread.decideWithRetry(
                id,
                draft -> {
                  rules.goOn(draft, id);
                  return null;
                });
          }
        })
        .onFailure(cause -> refused(thread.state(), run, work, cause));
  }

  /// A new run that waited too long fails. A run that had begun before a crash waits on, up to its
  /// deadline.
  private void refused(ThreadState state, ActiveRun run, RunWork work, Throwable cause) {
    work.ticket = null;
    if (work.ended) {
      return;
    }
    Failure failure =
        cause instanceof FailureException e
            ? e.failure()
            : new Failure.Internal("no slot could be asked for");
    if (run.attempt() > 0 && failure.code().equals("QUEUE_TIMEOUT")) {
      services
          .timers()
          .schedule(
              SLOT_RETRY,
              () -> {
                if (!work.ended && work.ticket == null) {
                  askForSlot(state, run, work);
                }
              });
    } else {
      thread.decideWithRetry(
          run.id(),
          draft -> {
            rules.failed(draft, run.id(), null, failure);
            return null;
          });
    }
  }

  private @Nullable RunWork find(RunId run) {
    for (RunWork work : live) {
      if (work.run.equals(run)) {
        return work;
      }
    }
    return null;
  }

  private RunWork known(RunId run) {
    RunWork work = find(run);
    if (work == null) {
      throw new IllegalStateException("run " + run + " is not watched");
    }
    return work;
  }
}
