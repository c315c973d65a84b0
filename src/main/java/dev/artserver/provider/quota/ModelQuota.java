package dev.artserver.provider.quota;

import static dev.artserver.model.Checks.require;

/// Limits of one model, besides those of its provider. Such a model has a breaker and pauses of its
/// own.
///
/// @param model the provider's name of it
/// @param parallelMax calls at once; 0: only the provider's limit
public record ModelQuota(String model, int parallelMax, RateConfig rate) {
  public ModelQuota {
    require(!model.isBlank(), "provider.models.model must not be blank, got '" + model + "'");
    require(parallelMax >= 0, "provider.models.parallelMax must be at least 0, got " + parallelMax);
  }
}
