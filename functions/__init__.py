"""The code of the Lambda functions: one file per Lambda on top, its parts in the packages below."""
