package dev.artserver.provider.quota;

import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import java.util.Map;
import java.util.Optional;

/// Where the permits of providers come from that are not counted in this process alone.
public interface PermitSources {
  /// Every provider's permits are counted in this process.
  PermitSources LOCAL = (provider, limits, lanes) -> Optional.empty();

  /// The source of one provider, asked for once; empty: a `Quota` of this process. Whoever makes
  /// the sources closes them.
  ///
  /// @param lanes all lanes it will be asked for, by name
  Optional<PermitSource> of(String provider, Permits.Limits limits, Map<String, Lane.Rules> lanes);
}
