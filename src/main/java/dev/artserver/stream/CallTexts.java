package dev.artserver.stream;

import dev.artserver.model.Fact;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The texts of a thread's model calls: of open calls, and of ended calls for as long as a reader
/// may lack some of it. A call id may occur twice, when a failed call is tried again; only one of
/// the two is open.
final class CallTexts {
  // Replaced, not changed, when a call begins or is dropped.
  private List<CallText> texts = List.of();

  List<CallText> all() {
    return texts;
  }

  boolean isEmpty() {
    return texts.isEmpty();
  }

  /// Opens the text of a call. An open text with the same id ends before `next`.
  ///
  /// @param next the seq of the thread's next fact
  void begin(RunId run, String callId, Phase phase, @Nullable String stepId, long next) {
    end(callId, next);
    List<CallText> more = new ArrayList<>(texts);
    more.add(new CallText(run, callId, phase, stepId));
    texts = List.copyOf(more);
  }

  /// Gives false when no such call is open.
  boolean append(String callId, boolean thinking, String text) {
    CallText open = open(callId);
    if (open != null) {
      open.append(thinking, text);
    }
    return open != null;
  }

  void end(String callId, long before) {
    CallText open = open(callId);
    if (open != null) {
      open.endBefore(before);
    }
  }

  /// Ends the call whose last fact this is, or all calls of the run whose last fact it is.
  void endWith(Fact fact) {
    switch (fact.event()) {
      case ThreadEvent.Thoughts thoughts -> end(thoughts.callId(), fact.seq());
      case ThreadEvent.ModelCallEnded call -> end(call.callId(), fact.seq());
      case ThreadEvent.RunStarted begun -> endAll(begun.run(), fact.seq());
      case ThreadEvent.RunEnd ended -> endAll(ended.run(), fact.seq());
      case ThreadEvent.ConfigChanged _,
          ThreadEvent.StateChanged _,
          ThreadEvent.RunQueued _,
          ThreadEvent.RunYielded _,
          ThreadEvent.RunSuspended _,
          ThreadEvent.RunResumed _,
          ThreadEvent.RunPhase _,
          ThreadEvent.PlanUpdated _,
          ThreadEvent.ItemUpdated _,
          ThreadEvent.ModelCallStarted _,
          ThreadEvent.ToolStarted _,
          ThreadEvent.ToolEnded _,
          ThreadEvent.MessageAdded _,
          ThreadEvent.Unknown _ -> {}
    }
  }

  private void endAll(RunId run, long before) {
    for (CallText text : texts) {
      if (text.open() && text.run().equals(run)) {
        text.endBefore(before);
      }
    }
  }

  /// Drops texts of ended calls that no reader lacks, and the oldest texts beyond `charactersMax`.
  void dropEnded(long charactersMax, Predicate<CallText> lacked, Consumer<CallText> dropped) {
    if (texts.isEmpty()) {
      return;
    }
    List<CallText> kept = new ArrayList<>(texts.size());
    long size = 0;
    for (CallText text : texts.reversed()) {
      size += text.open() ? 0 : text.size();
      if (text.open() || (size <= charactersMax && lacked.test(text))) {
        kept.addFirst(text);
      } else {
        dropped.accept(text);
      }
    }
    if (kept.size() < texts.size()) {
      texts = List.copyOf(kept);
    }
  }

  /// Drops items kept for the next reader.
  void forgetLastMade() {
    texts.forEach(CallText::forgetLastMade);
  }

  void clear() {
    texts = List.of();
  }

  private @Nullable CallText open(String callId) {
    for (CallText text : texts) {
      if (text.open() && text.callId().equals(callId)) {
        return text;
      }
    }
    return null;
  }
}
