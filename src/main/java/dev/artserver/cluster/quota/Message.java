package dev.artserver.cluster.quota;

import dev.artserver.cluster.InstanceId;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Priority;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.provider.quota.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What instances tell each other of shared permits. Claims have the numbers their holders gave
/// them.
sealed interface Message {
  /// Which provider it is about.
  String provider();

  /// A coordinator to everyone, every beat.
  ///
  /// @param members how many instances it knows
  /// @param leaving it ends: nothing of it is in use any more, and it coordinates nothing
  record Announcement(
      String provider, long term, int members, boolean leaving, @Nullable PermitStats stats)
      implements Message {}

  /// A claim that asks for a permit.
  record Want(long number, String lane, Priority priority, long tokens, long patienceNanos) {}

  /// A claim that has a permit.
  record Held(long number, String lane, long tokens) {}

  /// A claim that was released or withdrawn.
  record End(long number, Ending ending) {}

  /// An instance to its coordinator: what is new, and every beat all that it has.
  ///
  /// @param session of the instance; it begins another when it has lost its permits
  /// @param seq counts the syncs of an instance
  /// @param report whether the coordinator is to take over what it does not know: the first sync of
  ///   a term
  /// @param wants claims the coordinator may not know
  /// @param has all other claims; null: not told this time
  record Sync(
      String provider,
      long term,
      long session,
      long seq,
      boolean report,
      List<Want> wants,
      List<End> ends,
      @Nullable Has has)
      implements Message {}

  /// All that an instance has, but its new claims.
  ///
  /// @param waits claims that wait at the coordinator
  record Has(List<Held> held, List<Long> waits) {}

  /// What a coordinator makes of a sync.
  enum Answer {
    /// All was done, and the leases of the instance begin anew.
    DONE,
    /// It does not coordinate in this term.
    ELSEWHERE,
    /// It does not know the session: what does the instance hold?
    REPORT,
    /// The session has ended: all its permits are lost.
    LOST
  }

  /// A claim that gets no permit.
  record Refusal(long number, Refused refused) {}

  /// What became of the claims of a session.
  ///
  /// @param unknown claims that stand nowhere: they were never received, or have run out
  record News(
      String provider,
      long term,
      long session,
      List<Long> granted,
      List<Refusal> refused,
      List<Long> unknown,
      int members,
      PermitStats stats)
      implements Message {}

  /// @param news null: not done
  record Reply(Answer answer, @Nullable News news) {}

  /// What an order wants.
  enum Wish {
    END,
    EXTEND,
    PLACE,
    LIMIT
  }

  /// To a coordinator, for a single claim or limit, whoever holds the claim.
  ///
  /// @param ending with `END`
  /// @param lane with `LIMIT`; null: what all lanes share
  /// @param limits with `LIMIT`
  record Order(
      String provider,
      Wish wish,
      InstanceId holder,
      long number,
      @Nullable Ending ending,
      @Nullable String lane,
      Budget.@Nullable Limits limits)
      implements Message {}

  /// @param done whether there was such a claim
  record OrderReply(boolean done, @Nullable WaitingPlace place) {}
}
