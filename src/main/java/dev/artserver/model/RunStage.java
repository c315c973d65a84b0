package dev.artserver.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The stage of a run that has not ended.
public sealed interface RunStage {
  RunStatus status();

  /// When the run is due even if no owner has its thread; null: never.
  @Nullable Instant dueAt();

  /// It was accepted and has not begun.
  record Queued() implements RunStage {
    @Override
    public RunStatus status() {
      return RunStatus.QUEUED;
    }

    @Override
    public @Nullable Instant dueAt() {
      return null;
    }
  }

  /// It has a slot, or had one when its process died.
  ///
  /// @param attempt counts from 1
  record Running(int attempt) implements RunStage {
    @Override
    public RunStatus status() {
      return RunStatus.RUNNING;
    }

    @Override
    public @Nullable Instant dueAt() {
      return null;
    }
  }

  /// It gave its slot away between two steps and waits for another one.
  record Yielded() implements RunStage {
    @Override
    public RunStatus status() {
      return RunStatus.QUEUED;
    }

    @Override
    public @Nullable Instant dueAt() {
      return null;
    }
  }

  /// It waits for a person. It holds no slot, its time limit is paused, and its thread needs no
  /// owner. All its open calls are questions.
  ///
  /// @param question what the person is asked
  /// @param until when it stops waiting
  record Suspended(String question, Instant since, Instant until) implements RunStage {
    @Override
    public RunStatus status() {
      return RunStatus.SUSPENDED;
    }

    @Override
    public Instant dueAt() {
      return until;
    }
  }
}
