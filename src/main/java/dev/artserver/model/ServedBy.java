package dev.artserver.model;

/// The fallback that answered a model call instead of the provider it was meant for.
///
/// @param model the provider's name of the model that answered
public record ServedBy(String provider, String model) {}
