package dev.artserver.flow;

import java.util.List;

/// Who leaves a line that holds one too many.
public enum OnFull {
  /// The newcomer.
  REFUSE,
  /// The last of the longest lane, which may be the newcomer's: every lane has a right to as many
  /// places as the others, so one that floods the line takes none from who wants few. This is how
  /// Demers, Keshav and Shenker share a gateway's buffers in "Analysis and Simulation of a Fair
  /// Queueing Algorithm" (SIGCOMM 1989).
  SHARE;

  /// @param newcomer in line already
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
