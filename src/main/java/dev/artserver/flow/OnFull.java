package dev.artserver.flow;

import java.util.List;

/// Which request leaves a queue that holds one too many.
public enum OnFull {
  /// The newcomer.
  REFUSE,
  /// The last of the longest lane, which may be the newcomer's: every lane may have as many places
  /// as the others, so a lane that floods the queue takes none from a lane with few. This is how
  /// Demers, Keshav and Shenker share a gateway's buffers in "Analysis and Simulation of a Fair
  /// Queueing Algorithm" (SIGCOMM 1989).
  SHARE;

  /// @param newcomer in the queue already
  PermitRequest leaving(PermitRequest newcomer, List<Lane> lanes) {
    if (this == REFUSE) {
      return newcomer;
    }
    Lane longest = newcomer.lane;
    for (Lane lane : lanes) {
      longest = lane.waiting() > longest.waiting() ? lane : longest;
    }
    PermitRequest last = longest == newcomer.lane ? null : longest.line.last();
    return last == null ? newcomer : last;
  }
}
